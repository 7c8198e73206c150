"""The directive `command-help`: what each command of `lessonlib` takes, read from the program."""

from collections.abc import Iterator
from inspect import cleandoc

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def commands(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, with the words that call it."""
    for name, command in getattr(group, "commands", {}).items():
        words = f"{path} {name}"
        if getattr(command, "invoke_without_command", True):
            yield words, command
        yield from commands(command, words)


def usage(words: str, command: click.Command) -> str:
    """One line: the words that call the command and the arguments that may follow."""
    with click.Context(command, info_name=words) as context:
        return " ".join([words, *command.collect_usage_pieces(context)])


def parameters(command: click.Command) -> nodes.definition_list:
    """The command's arguments and options, each with its meaning."""
    found = nodes.definition_list()
    for parameter in command.params:
        with click.Context(command) as context:
            record = parameter.get_help_record(context)
        if record is None:
            continue
        term = nodes.term("", "", nodes.literal("", record[0]))
        meaning = nodes.definition("", nodes.paragraph("", record[1]))
        found += nodes.definition_list_item("", term, meaning)
    return found


class CommandHelp(SphinxDirective):
    """One section per command: what it does, how it is called, its arguments and options."""

    def run(self) -> list[nodes.Node]:
        """The sections, in the order of the program's own list."""
        import typer

        from lessonlib.cli import app

        group = typer.main.get_command(app)
        return [self.section(words, command) for words, command in commands(group, "lessonlib")]

    def section(self, words: str, command: click.Command) -> nodes.section:
        """The section of one command."""
        section = nodes.section(ids=[nodes.make_id(words)], names=[words])
        section += nodes.title("", "", nodes.literal("", words))
        for paragraph in cleandoc(command.help or "").replace("\b", "").split("\n\n"):
            section += nodes.paragraph("", " ".join(paragraph.split()))
        section += nodes.literal_block("", usage(words, command), language="text")
        if command.params:
            section += parameters(command)
        return section


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("command-help", CommandHelp)
