"""What other programs may rely on, as far as models, commands and code say it themselves: docs/contract.

`worksteps` reads the processes; `pages` renders them, the roles, the commands and the chronology's words.
"""
