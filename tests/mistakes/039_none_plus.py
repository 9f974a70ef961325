# at 7:9, remedy
def double(x):
    y = 2 * x


a = double(3)
print(1 + a)
