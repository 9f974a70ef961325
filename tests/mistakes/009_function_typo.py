# at 4:7, remedy
def compute(x):
    return x
print(compte(3))
