"""Robots on a plateau: commands as strings, dispatch by dict, collisions as exceptions."""


class Collision(Exception):
    pass


class Robot:
    HEADINGS = "NESW"
    MOVES = {"N": (0, 1), "E": (1, 0), "S": (0, -1), "W": (-1, 0)}

    def __init__(self, name, x, y, heading):
        self.name = name
        self.x, self.y = x, y
        self.heading = heading
        self.trail = [(x, y)]

    @property
    def position(self):
        return self.x, self.y

    def turn(self, by):
        i = Robot.HEADINGS.index(self.heading)
        self.heading = Robot.HEADINGS[(i + by) % 4]

    def ahead(self):
        dx, dy = self.MOVES[self.heading]
        return self.x + dx, self.y + dy

    def __str__(self):
        return f"{self.name}@{self.x},{self.y}{self.heading}"


class Plateau:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.robots = []
        self.commands = {"L": lambda r: r.turn(-1), "R": lambda r: r.turn(1), "M": self.move}

    def add(self, robot):
        self.robots.append(robot)
        return robot

    def move(self, robot):
        x, y = robot.ahead()
        if not (0 <= x < self.width and 0 <= y < self.height):
            raise IndexError(f"{robot.name} would leave at {x},{y}")
        for other in self.robots:
            if other is not robot and other.position == (x, y):
                raise Collision(f"{robot.name} meets {other.name} at {x},{y}")
        robot.x, robot.y = x, y
        robot.trail.append((x, y))

    def run(self, robot, program):
        done = 0
        try:
            for c in program:
                self.commands[c](robot)
                done += 1
        except (Collision, IndexError) as e:
            print("  stopped:", e)
        except KeyError as e:
            print("  bad command", e)
        finally:
            print(f"  {done}/{len(program)} commands, now {robot}")


plateau = Plateau(6, 6)
r2 = plateau.add(Robot("R2", 1, 2, "N"))
c3 = plateau.add(Robot("C3", 3, 3, "E"))
for robot, program in [(r2, "LMLMLMLMM"), (c3, "MMRMMRMRRM"), (r2, "RMMMMMMMM"), (c3, "XMM"), (c3, "LLMMMM")]:
    print(f"{robot} {program}")
    plateau.run(robot, program)
for robot in plateau.robots:
    print(robot.name, len(robot.trail), "fields", len(set(robot.trail)), "different")
    print("  " + " ".join(f"{x}{y}" for x, y in robot.trail))
