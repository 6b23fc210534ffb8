"""Rules of our own, each with the accident that it prevents.

``commit``      Only kit ends a transaction. A commit in an action makes half of a request permanent, and the
                tenant setting, which lives as long as the transaction, is gone for the rest of it.
``log``         The message of a log call is a plain literal: a message with data in it cannot be counted,
                and personal data slips into a field that nobody masks.
``sql``         SQL stands in ``queries`` (and ``writer``, which stores facts in bulk), migrations and kit only:
                a statement elsewhere is one that nobody finds when a column changes.
``isolation``   Every table with a column ``tenant_id`` is isolated by its migration (``tenant_table``): one
                forgotten table shows one tenant's rows to another.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|POLICY|ROLE)\s)",
    re.DOTALL,
)
_LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}
_SQL_NAMES = {"select", "insert", "update", "delete", "text"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule and where."""

    rule: str
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def findings_in_source(text: str, path: str) -> list[Finding]:
    """Broken rules of a Python file of the product; ``path`` from the checkout, like ``src/yingda/kit/db.py``."""
    tree = ast.parse(text)
    found = list(_logs(tree, path))
    parts = Path(path).parts
    if parts[:3] != ("src", "yingda", "kit"):
        found += _commits(tree, path)
        # The own database of the installation is made by native, before there is any table.
        may_have_sql = parts[-1].startswith(("queries", "writer")) or "queries" in parts or parts[2:3] == ("native",)
        if parts[:2] == ("src", "yingda") and not may_have_sql:
            found += _sql(tree, path)
    return found


def _commits(tree: ast.AST, path: str) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            if path.startswith("src/yingda/native/migrate"):
                continue
            yield Finding("commit", path, node.lineno, "only kit ends a transaction")


def _logs(tree: ast.AST, path: str) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        owner = node.func.value
        is_log = isinstance(owner, ast.Name) and owner.id in ("log", "logger")
        if is_log and node.func.attr in _LOG_CALLS and not _is_literal(node.args[0]):
            yield Finding("log", path, node.lineno, "the message of a log call is a plain literal")


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _sql(tree: ast.AST, path: str) -> Iterator[Finding]:
    names = _sqlalchemy_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
            yield Finding("sql", path, node.lineno, "SQL stands in queries, migrations and kit only")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield Finding("sql", path, node.lineno, f"{node.func.id}() of SQLAlchemy stands in queries only")


def _sqlalchemy_names(tree: ast.AST) -> set[str]:
    """What a file has imported from SQLAlchemy to build statements with."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            names |= {alias.asname or alias.name for alias in node.names if alias.name in _SQL_NAMES}
    return names


def tables_with_tenant(text: str) -> set[str]:
    """Tables of a models file whose class is a ``TenantRow`` or has ``tenant_id``."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        fields = {
            one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        }
        names = [
            one.value.value
            for one in node.body
            if isinstance(one, ast.Assign)
            and isinstance(one.value, ast.Constant)
            and any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in one.targets)
        ]
        if names and ("TenantRow" in bases or "tenant_id" in fields):
            found.add(str(names[0]))
    return found


def unprotected_tables(models: dict[str, str], migrations: dict[str, str]) -> list[Finding]:
    """Tables of tenants that no migration isolates; texts by path."""
    # A name may be given directly or by a loop over names: what counts is that the migration that isolates names it.
    isolating = "\n".join(text for text in migrations.values() if "tenant_table(" in text)
    return [
        Finding("isolation", path, 1, f"no migration isolates the table '{table}' (tenant_table)")
        for path, text in models.items()
        for table in sorted(tables_with_tenant(text))
        if f'"{table}"' not in isolating
    ]


def check(root: Path) -> list[Finding]:
    """All findings of a checkout."""
    found: list[Finding] = []
    models: dict[str, str] = {}
    for path in sorted((root / "src").rglob("*.py")):
        name, text = str(path.relative_to(root)), path.read_text(encoding="utf-8")
        found += findings_in_source(text, name)
        if path.name == "models.py" or path.parent.name == "models":
            models[name] = text
    versions = sorted((root / "migrations" / "versions").glob("*.py"))
    return found + unprotected_tables(models, {path.name: path.read_text(encoding="utf-8") for path in versions})


def main() -> int:
    """Prints the findings; 1 where there are any."""
    found = check(Path.cwd())
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
