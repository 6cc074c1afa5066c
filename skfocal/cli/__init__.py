"""The command line, ``skfocal COMMAND``. It needs ``skfocal[compare]``."""

try:
    from skfocal.cli.commands import main
    from skfocal.cli.output import create_directory, finish, usage_errors
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error}; the commands need more packages: pip install 'skfocal[compare]'"
    ) from error

__all__ = ["create_directory", "finish", "main", "usage_errors"]
