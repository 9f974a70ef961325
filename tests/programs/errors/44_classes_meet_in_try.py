class C:
    def __init__(self, t, s):
        self.t = t
        self.s = s
k = bin(11)
d = {'zz': 'zz'}
p = (C({k: k}, {'b'}), 0)
for i in range(3):
    try:
        o = C({"c": "d"}, {"q"})
    except ArithmeticError as e:
        print(e)
    d['k'] = 'v'
    if i < 4.0:
        p = (C(d, {'n'}), i)
print(p[0].t)
