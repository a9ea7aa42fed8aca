"""Crash data as lines of JSON in, what siggen makes of each as lines of JSON out; then the seconds that took."""

import json
import sys
import time

from siggen.generator import SignatureGenerator

crashes = [json.loads(line) for line in sys.stdin]
generator = SignatureGenerator()
started = time.perf_counter()
results = [generator.generate(crash) for crash in crashes]
seconds = time.perf_counter() - started
for result in results:
    print(json.dumps(result.to_dict()))
print(json.dumps({"seconds": seconds}))
