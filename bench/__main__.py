"""``python -m bench``: measure, print the table and write ``bench/results.md``."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from bench import report
from bench.parts import running_parts
from bench.rows import Comparison
from bench.sides import FULL, QUICK
from bench.table import ROWS, Bench, Options

HERE = Path(__file__).parent


def main() -> int:
    arguments = _arguments()
    options = Options(
        sizes=QUICK if arguments.quick else FULL,
        rounds=arguments.rounds,
        seconds=arguments.seconds,
        large_mib=128 if arguments.quick else 1024,
        small_files=400 if arguments.quick else 2_000,
    )
    comparisons: list[Comparison] = []
    with running_parts(arguments.data_dir.absolute()) as parts, ExitStack() as servers:
        bench = Bench(parts, options, servers)
        for name in arguments.only:
            made = ROWS[name](bench)
            comparisons += made
            print(report.table(made), report.details(made), sep="\n", flush=True)
    print("", report.table(comparisons), sep="\n")
    if set(arguments.only) == set(ROWS) and not arguments.quick:
        (HERE / "results.md").write_text(report.document(comparisons, options.sizes, options.rounds, options.seconds))
    return 0 if all(each.reached for each in comparisons) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(ROWS), help=f"rows, by commas: {','.join(ROWS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of load for each side in each round")
    parser.add_argument("--quick", action="store_true", help="fewer files, and a smaller large upload")
    parser.add_argument("--data-dir", type=Path, default=HERE.parent / ".cache" / "bench", help="keeps the seeded data")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
