# at 4:2, remedy
def f(x):
        y = 1
	z = 2
        return x + y + z
print(f(1))
