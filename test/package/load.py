#!/usr/bin/python3
"""Asks a page without a pause from several connections until a file is there; prints how often it was
answered, and how often not. Each request is one that no answer may fail to come to."""
import http.client, os, sys, threading

port, stop, clients = int(sys.argv[1]), sys.argv[2], 8
answered, lost, lock = 0, [], threading.Lock()


def ask():
    global answered
    while not os.path.exists(stop):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/sign-in")
            response = connection.getresponse()
            response.read()
            connection.close()
            with lock:
                if response.status == 200:
                    answered += 1
                else:
                    lost.append(str(response.status))
        except OSError as error:
            with lock:
                lost.append(repr(error))
        except http.client.HTTPException as error:
            with lock:
                lost.append(repr(error))


threads = [threading.Thread(target=ask) for _ in range(clients)]
for one in threads:
    one.start()
for one in threads:
    one.join()
print(f"{answered} answered, {len(lost)} lost", *sorted(set(lost))[:5])
sys.exit(1 if lost or answered < 100 else 0)
