"""The command line: ``skfocal compare | report | merge | info`` (needs ``skfocal[compare]``)."""

try:
    from skfocal.cli.commands import main
    from skfocal.cli.output import finish, output_directory, wrong_use
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error}; the commands need more packages: pip install 'skfocal[compare]'"
    ) from error

__all__ = ["finish", "main", "output_directory", "wrong_use"]
