# The Mersenne Twister: the numbers that follow a seed.
import random
random.seed(42)
print(random.random(), random.randint(1, 10), random.uniform(1, 2), random.choice([1, 2, 3]), random.gauss(0, 1), random.gauss(5, 2))
xs = list(range(10))
random.shuffle(xs)
print(xs, random.randrange(100), random.randrange(5, 50, 5), random.sample(range(10), 3), random.sample(range(1000), 5), random.choices([1, 2], k=3))
print(random.choices("abc", weights=[1, 2, 3], k=5), random.normalvariate(0, 1), random.expovariate(2), random.triangular(0, 1, 0.3), random.getrandbits(10), random.getrandbits(50))
random.seed(2**40 + 3)
print([random.randint(0, 9) for _ in range(10)], sum(random.random() for _ in range(1000)))
random.seed(-7)
print(random.random(), random.choice("hello"), random.betavariate(1, 2) if False else 0)
