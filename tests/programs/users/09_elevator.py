"""An elevator that serves requests from passengers at each floor."""

IDLE, UP, DOWN = 0, 1, -1
NAMES = {IDLE: "idle", UP: "up", DOWN: "down"}


class Passenger:
    def __init__(self, name, origin, target):
        self.name = name
        self.origin = origin
        self.target = target
        self.waited = 0
        self.travelled = 0


class Elevator:
    def __init__(self, floors, capacity=2):
        self.floors = floors
        self.capacity = capacity
        self.floor = 0
        self.direction = IDLE
        self.riders = []
        self.waiting = {f: [] for f in range(floors)}
        self.done = []

    def call(self, passenger):
        self.waiting[passenger.origin].append(passenger)

    def wanted_floors(self):
        floors = {p.target for p in self.riders}
        if len(self.riders) < self.capacity:
            floors |= {f for f, queue in self.waiting.items() if queue}
        return floors

    def choose_direction(self):
        wanted = self.wanted_floors()
        if not wanted:
            return IDLE
        if self.direction == UP and any(f > self.floor for f in wanted):
            return UP
        if self.direction == DOWN and any(f < self.floor for f in wanted):
            return DOWN
        nearest = min(wanted, key=lambda f: (abs(f - self.floor), f))
        return UP if nearest > self.floor else DOWN

    def exchange(self):
        leaving = [p for p in self.riders if p.target == self.floor]
        self.riders = [p for p in self.riders if p.target != self.floor]
        self.done.extend(leaving)
        queue = self.waiting[self.floor]
        entering = []
        while queue and len(self.riders) < self.capacity:
            p = queue.pop(0)
            self.riders.append(p)
            entering.append(p)
        return leaving, entering

    def step(self):
        for queue in self.waiting.values():
            for p in queue:
                p.waited += 1
        for p in self.riders:
            p.travelled += 1
        self.direction = self.choose_direction()
        self.floor += self.direction


lift = Elevator(8)
arrivals = {0: [("Ada", 0, 5), ("Ben", 3, 1)], 2: [("Cat", 6, 0)], 5: [("Dan", 0, 7), ("Eli", 0, 2), ("Fay", 0, 3)]}
total = sum(len(people) for people in arrivals.values())
clock = 0
while len(lift.done) < total and clock < 100:
    for name, origin, target in arrivals.get(clock, []):
        lift.call(Passenger(name, origin, target))
    left, entered = lift.exchange()
    if left or entered:
        outs = ", ".join(p.name for p in left) or "-"
        ins = ", ".join(p.name for p in entered) or "-"
        print(f"t={clock:2} floor {lift.floor}: out {outs:<9} in {ins}")
    lift.step()
    clock += 1
print(f"finished at {clock}, going {NAMES[lift.direction]}")
for p in sorted(lift.done, key=lambda p: p.name):
    print(f"{p.name}: waited {p.waited:2}, rode {p.travelled:2}")
mean = sum(p.waited for p in lift.done) / len(lift.done)
print(f"mean wait {mean:.2f}")
