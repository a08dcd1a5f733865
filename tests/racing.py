"""Several people at one moment, each with a connection of their own."""

from threading import Barrier, Thread

from django.db import connection

PEOPLE = 16


def at_once(act, times=PEOPLE):
    """Call `act(number)` in that many threads at one moment; returns (results, exceptions)."""
    barrier, results, errors = Barrier(times), [], []

    def run(number):
        barrier.wait(timeout=30)
        try:
            results.append(act(number))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors
