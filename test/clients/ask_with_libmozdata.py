"""Asks a server what Mozilla's bots ask, through their own library, and prints the answers as JSON.

The address and the token are in mozdata.ini in the working directory.
Usage: ask_with_libmozdata.py CRASH_ID SIGNATURE
"""

import json
import sys

from libmozdata.connection import Query
from libmozdata.socorro import (
    Bugs,
    ProcessedCrash,
    SignatureFirstDate,
    SuperSearch,
    SuperSearchUnredacted,
)

crash_id, signature = sys.argv[1:]


def search(asking, params):
    found = {}
    query = Query(asking.URL, params, lambda answer, data: data.update(answer), found)
    asking(queries=[query]).wait()
    return found


print(
    json.dumps(
        {
            "search": search(
                SuperSearch,
                {
                    "signature": "=" + signature,
                    "_columns": ["uuid", "signature"],
                    "_aggs.product.version": "_cardinality.install_time",
                    "_histogram.date": ["product"],
                    "_facets": ["_cardinality.build_id"],
                    "_results_number": 1,
                },
            ),
            "unredacted": search(
                SuperSearchUnredacted, {"url": "~secret", "_columns": ["uuid", "url"], "_facets": "url"}
            ),
            "processed": ProcessedCrash.get_processed([crash_id]),
            "bugs": Bugs.get_bugs([signature]),
            "first": SignatureFirstDate.get_signatures([signature]),
        }
    )
)
