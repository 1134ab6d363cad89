"""An officer's page of work with 10^3 and with 10^5 open cases at his office, through all middleware: filters and deep pages.

The cases are one real case, copied in the database. Fails if a page shows other rows than it should; prints milliseconds.
"""

import json
import subprocess
import sys

import ground

SIZES = (1_000, 100_000)
AIM = 100


def main() -> int:
    """The report; 1 if anything was wrong."""
    with ground.ground() as made:
        env = ground.environment(made)
        ground.onevisit(env, "migrate")
        ground.onevisit(env, "demo")
        seen = {}
        for size in SIZES:
            command = [sys.executable, "bench/work_pages.py", str(size)]
            run = subprocess.run(command, env=env, cwd=ground.ROOT, capture_output=True, text=True)
            if run.returncode:
                raise SystemExit(run.stderr)
            seen[size] = json.loads(run.stdout.splitlines()[-1])  # before it: the log of the requests
    return report(seen)


def report(seen: dict[int, dict[str, dict[str, float | str]]]) -> int:
    """Prints what each page took; says what was wrong."""
    few, many = SIZES
    for name, one in seen[many].items():
        before = seen[few][name]["p50"]
        print(
            f"{name:<28} p50 {one['p50']:6.1f} ms   most {one['most']:6.1f} ms (aim {AIM})   {one['queries']:3.0f} statements"
            f"   with {few:,}: p50 {before:6.1f} ms"
        )
    wrong = [f"{size:,}: {name}: {one['wrong']}" for size, pages in seen.items() for name, one in pages.items() if one["wrong"]]
    print("\n".join(wrong[:10]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
