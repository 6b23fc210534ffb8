"""Sizes of functions, files and components: prints the ten largest, fails above the hard limits.

Long functions and long files are where nobody finds anything again; the limits are wide, the list is the
reminder.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FUNCTION_LINES, FUNCTION_ARGUMENTS, FILE_LINES, COMPONENT_LINES = 60, 8, 500, 300
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Size:
    """``where`` is path:line name."""

    lines: int
    arguments: int
    where: str


def functions_of(text: str, name: str) -> Iterator[Size]:
    """Every function of a Python text: lines without the docstring, arguments without self and cls."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node) is not None:
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            arguments = [one for one in every if one.arg not in ("self", "cls")]
            # The arguments of a route are the parameters of the request: as many as the contract says.
            count = 0 if Path(name).name == "api.py" else len(arguments)
            yield Size(lines, count, f"{name}:{node.lineno} {node.name}")


def measure(root: Path) -> tuple[list[Size], list[Size], list[Size]]:
    """Functions, Python files and Vue components of the product, largest first."""
    functions: list[Size] = []
    files: list[Size] = []
    for folder in ("src", "tests", "tools", "bench", "migrations"):
        for path in sorted((root / folder).rglob("*.py")):
            text, name = path.read_text(encoding="utf-8"), str(path.relative_to(root))
            files.append(Size(text.count("\n"), 0, name))
            # A migration is one long list of columns by nature.
            functions += [] if folder == "migrations" else functions_of(text, name)
    components = [
        Size(path.read_text(encoding="utf-8").count("\n"), 0, str(path.relative_to(root)))
        for path in sorted((root / "web" / "src").rglob("*.vue"))
    ]
    return tuple(sorted(sizes, key=lambda size: -size.lines) for sizes in (functions, files, components))  # type: ignore[return-value]


def too_large(functions: list[Size], files: list[Size], components: list[Size]) -> list[str]:
    """A sentence for each that is above a hard limit."""
    found = [f"{s.where}: {s.lines} lines, {FUNCTION_LINES} allowed" for s in functions if s.lines > FUNCTION_LINES]
    found += [
        f"{s.where}: {s.arguments} arguments, {FUNCTION_ARGUMENTS} allowed"
        for s in functions
        if s.arguments > FUNCTION_ARGUMENTS
    ]
    found += [f"{s.where}: {s.lines} lines, {FILE_LINES} allowed" for s in files if s.lines > FILE_LINES]
    found += [f"{s.where}: {s.lines} lines, {COMPONENT_LINES} allowed" for s in components if s.lines > COMPONENT_LINES]
    return found


def main() -> int:
    """Prints the largest; 1 where a hard limit is passed."""
    measured = measure(Path.cwd())
    for title, sizes in zip(("functions", "files", "components"), measured, strict=True):
        print(f"largest {title}:")
        for size in sizes[:_SHOWN]:
            print(f"  {size.lines:4d}  {size.where}")
    found = too_large(*measured)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
