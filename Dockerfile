# The workers and the command `homeward`. The embedded engine is not in it: containers have the official image.
FROM python:3.11-slim
WORKDIR /homeward
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY workers workers
COPY bpmn bpmn
COPY dmn dmn
COPY forms forms
COPY play play
COPY docs/requirements docs/requirements
COPY engine engine
RUN pip install --no-cache-dir -c constraints.txt -e .
USER nobody
ENTRYPOINT ["homeward"]
