# Cases 32 to 35 of `tests/tools/raising.py --seed 2`.
import math
import numpy as np
def item(p, i):
    return p[i]
def put(p, i, v):
    p[i] = v
    return v
def ratio(p, q):
    return p // q
def need(c, m):
    if not c:
        raise ValueError(f"need {m}")
    return m
def case0(f, g, xs, n, k, x):
    i = 0
    k = xs.pop()
    g[-i] += n
    xs[i * 2] = k
    f[0] = 0.5
    xs[k] = k
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 0, 1, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 1, 1, -1.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 2, 0, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case1(f, g, xs, n, k, x):
    i = 0
    x = f[:n].max()
    for e in xs[:3]:
        k = e
        k = i + k // (k)
        for i in range(n - 1, -2, -1):
            xs.append(k)
        try:
            put(f, k, 0.5)
            x = k
            f[k:] += g[:]
        except (IndexError, ValueError) as e:
            print('caught', e)
            f[:n] += g[:]
            x = k
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 0, 3, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 1, 0, 1))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 2, 1, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case2(f, g, xs, n, k, x):
    i = 0
    for e in xs[:3]:
        k = e
        for i in range(n):
            k = (n - i) * 3 % 17
            f *= 2
            if i == k:
                continue
            k = int(x) % 40
            print('f', f)
            k = int("")
        w = 0
        while w < n:
            w += 1
            put(xs, i * 2, i)
    w = 0
    while w < n:
        w += 1
        x = k
        xs.append(k)
    k = (k + xs[i]) % 50
    f[n] = k * 0.25
    k += 1
    try:
        f[-1] = -x
        if k - 1 > i % 3:
            for i in range(n - 1, -2, -1):
                xs.append(k)
                k -= 1
                if i == 1:
                    break
                k = (i) * 3 % 17
            else:
                print(k + 2, -x)
                k += 1
                print(i + k, i + x)
            x = x * 0.5
            k = (i) * 3 % 17
        else:
            print(2, x - 1)
            for i in range(2):
                x = -x
                put(xs, i - 1, i + k)
                if i == 1:
                    continue
                k = (n - 2) * 3 % 17
                k += 1
                xs.append(k)
    finally:
        print('finally', i)
        for i in range(2):
            f[0] = x + k
            if 3 < n - 2:
                x = x * 0.5
            print('g', g[:2], xs)
        try:
            try:
                print(len(xs), x * 2)
                g[-1] += 1
                put(f, n, x + k)
            except IndexError as e:
                print('caught', e)
                print('f', f)
                x = math.sqrt((i) ** 2) + math.sqrt(i + k * 0 + -1 * k * 0 + 9)
                return -1
            finally:
                print('finally', k)
                k = int(x) % 40
            for i in range(n - 1, -2, -1):
                put(xs, -i, n - 2)
                g[-1] += 1
                x = f[:n].max()
            if k - 1 > n - 2:
                print(n - 2, x)
            else:
                x = f[i] + x
        except IndexError as e:
            print('caught', e)
            k += 1
            raise
        else:
            w = 0
            while w < n:
                w += 1
                print(i, k, x)
                k = int("12")
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 0, 2, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 1, 2, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 2, 3, -1.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case3(f, g, xs, n, k, x):
    i = 0
    for i in range(n):
        f[k + 2] = i + x
        k = n - 2 % (i)
    x = k * 0.25
    assert -i < 9
    w = 0
    while w < n:
        w += 1
        w = 0
        while w < n:
            w += 1
            xs.append(k)
            k = ratio(k - 1, i)
            k = xs.index(k)
        print('g', g[:2], xs)
    print(n, k * 0.25)
    w = 0
    while w < n:
        w += 1
        g[-1] += 1
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 0, 1, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 1, 2, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
print(case3(f, g, xs, 2, 0, -1.5))
print(f, g, xs)
