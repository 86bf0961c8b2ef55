"""The commands of `homeward`, by what they are about; `workers/cli.py` puts them together."""
