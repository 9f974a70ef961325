"""Dijkstra's algorithm with heapq on a dict of dicts."""
import heapq

ROADS = {
    "Arad": {"Zerind": 75, "Sibiu": 140, "Timisoara": 118},
    "Zerind": {"Arad": 75, "Oradea": 71},
    "Oradea": {"Zerind": 71, "Sibiu": 151},
    "Sibiu": {"Arad": 140, "Oradea": 151, "Fagaras": 99, "Rimnicu": 80},
    "Timisoara": {"Arad": 118, "Lugoj": 111},
    "Lugoj": {"Timisoara": 111, "Mehadia": 70},
    "Mehadia": {"Lugoj": 70, "Drobeta": 75},
    "Drobeta": {"Mehadia": 75, "Craiova": 120},
    "Craiova": {"Drobeta": 120, "Rimnicu": 146, "Pitesti": 138},
    "Rimnicu": {"Sibiu": 80, "Craiova": 146, "Pitesti": 97},
    "Fagaras": {"Sibiu": 99, "Bucharest": 211},
    "Pitesti": {"Rimnicu": 97, "Craiova": 138, "Bucharest": 101},
    "Bucharest": {"Fagaras": 211, "Pitesti": 101},
    "Island": {},
}


def dijkstra(graph, source):
    distance = {node: float("inf") for node in graph}
    distance[source] = 0
    previous = {}
    queue = [(0, source)]
    while queue:
        d, node = heapq.heappop(queue)
        if d > distance[node]:
            continue
        for neighbour, weight in graph[node].items():
            candidate = d + weight
            if candidate < distance[neighbour]:
                distance[neighbour] = candidate
                previous[neighbour] = node
                heapq.heappush(queue, (candidate, neighbour))
    return distance, previous


def path(previous, target):
    route = [target]
    while route[-1] in previous:
        route.append(previous[route[-1]])
    return list(reversed(route))


distance, previous = dijkstra(ROADS, "Arad")
for city, d in sorted(distance.items(), key=lambda kv: (kv[1], kv[0])):
    print(f"{city:<10} {d:>5} {' > '.join(path(previous, city))}")
for a in ROADS:
    for b, w in ROADS[a].items():
        assert ROADS[b][a] == w
reachable = [c for c, d in distance.items() if d != float("inf")]
print(len(reachable), "of", len(ROADS), "reachable; farthest", max(reachable, key=distance.get))
print(sum(w for roads in ROADS.values() for w in roads.values()) // 2, "km of roads")
