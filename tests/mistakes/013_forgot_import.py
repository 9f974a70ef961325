# at 2:5, remedy
a = np.zeros(3)
print(a)
