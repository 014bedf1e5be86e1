"""The `dateline` command, which is `python -m bot` as well."""

import signal


def main() -> None:
    """Run the command line; while its modules load, Ctrl-C just ends the process."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.cli import main as run_command_line

    signal.signal(signal.SIGINT, handler)
    run_command_line()


if __name__ == "__main__":
    main()
