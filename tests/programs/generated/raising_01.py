# Cases 4 to 7 of `tests/tools/raising.py --seed 2`.
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
    x = x * 0.5
    x = x * 0.5
    try:
        g[-1] += 1
        k = (k + xs[-k - 1]) % 50
    finally:
        print('finally', i)
        for i in range(1, n + 1):
            x = f[i + k] + x
            k = need(k - 1 > 1, k)
        assert k != n - 2, f"at {i}"
        for i in range(k % 4):
            x = i % 3 / (k)
            for e in f:
                x = float(e)
                put(f, i - 1, i + x)
                print('f', f)
            for i in range(n):
                k = xs.pop()
    w = 0
    while w < n:
        w += 1
        x = 0.5
        for i in range(n):
            try:
                k = need(n - 2 > 3, k)
            except LookupError as e:
                print('caught', e)
                k = xs.pop()
                f[0] = k * 0.25
                k = xs.pop()
            finally:
                print('finally', k)
                g[-1] += 1
                k = int(x) % 40
                f[k:] += g[:2]
        put(xs, -4, i)
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 1, 2, -1.5))
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
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 0, 1, 1))
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
    g[-1] += i + k
    print('g', g[:2], xs)
    try:
        x = k
    finally:
        print('finally', i)
        print('f', f)
        k = ratio(k + 2, i + k)
        x = x * 0.5
    x = item(f, k)
    try:
        k = (n) * 3 % 17
    except ValueError as e:
        print('caught', e)
        k = int(x) % 40
        k = int(x) % 40
        raise
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 0, 2, 1))
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
    print(case1(f, g, xs, 1, 3, 0))
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
    print(case1(f, g, xs, 2, 1, 1))
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
    for i in range(n):
        x = -1 / (k - 1)
        try:
            g[g > 3] = f[:n].astype(int)
            for i in range(n):
                print(i % 3, -x)
                f[:] = f + g[:n]
                x = f[i + k] + x
            f *= 2
        except (IndexError, ValueError) as e:
            print('caught', e)
            k = need(n > 5, k)
            x = f[k:].max()
            raise RuntimeError('from handler')
        else:
            x = f[[0, k * 2 - i]].sum()
            f[i + k] = 0.5
        finally:
            print('finally', k)
            for i in range(n - 1, -2, -1):
                assert n < 9
                if i == k:
                    break
                f[-i] = 0.5
            try:
                xs.append(k)
                f[:n] += g[:n]
                f[0] = i + x
            except IndexError as e:
                print('caught', e)
                put(f, n - k, x)
            else:
                k = (n - 2) * 3 % 17
            finally:
                print('finally', k)
                k = i + k % (k)
            k = (k + xs[i + k]) % 50
        g[-4] += 0
    w = 0
    while w < n:
        w += 1
        try:
            w = 0
            while w < n:
                w += 1
                g[-1] += 1
                k = need(i + k > 2, k)
                g[-1] += 1
            k = (i) * 3 % 17
            for i in range(k % 4):
                f[n - k] = k * 0.25
        finally:
            print('finally', i)
            w = 0
            while w < n:
                w += 1
                f[k:] += g[:2]
                put(f, i - 1, 0.5)
    try:
        try:
            x = x / (x + k)
            x = k
            print(i, x - 1)
        except ZeroDivisionError as e:
            print('caught', e)
            for i in range(n):
                k = (i) * 3 % 17
                k = need(k > 1, k)
                k = int(x) % 40
            if i + k > len(xs):
                raise ZeroDivisionError(f"k is {k}, i is {i}")
            k = xs.index(k)
        else:
            print(i, k, x)
            x = f[:k].max()
    except ArithmeticError as e:
        print('caught', e)
        try:
            w = 0
            while w < n:
                w += 1
                k = ratio(k * 2 - i, -i)
            for e in xs[:3]:
                k = e
                if k == n - 2:
                    raise ValueError
            if k - 1 != 3:
                k = (i % 3) * 3 % 17
            else:
                print(i + k, 0.5)
                if n > i:
                    raise ZeroDivisionError(f"k is {k}, i is {i}")
        except Exception as e:
            print('caught', e)
            x = k
            raise RuntimeError('from handler')
        finally:
            print('finally', k)
            if n - 2 == 1:
                k = (i % 3) * 3 % 17
            print(i, k, x)
            for i in range(k % 4):
                assert k - 1 < 9
            else:
                x = f[i * 2] + x
                print('f', f)
                print('f', f)
        k = int("")
        return -1
    else:
        try:
            print('g', g[:2], xs)
            try:
                print(n - i, -x)
                if len(xs) == i + k:
                    raise ValueError
                k = (i + k) * 3 % 17
            except ZeroDivisionError as e:
                print('caught', e)
                if -i > -i:
                    raise RuntimeError(f"k is {k}, i is {i}")
                raise RuntimeError('from handler')
            else:
                k = int("x")
                x = math.sqrt((i) ** 2) + math.sqrt(0 * 0 + -1 * k * 0 + 9)
                x = x + k
        except ArithmeticError as e:
            print('caught', e)
            w = 0
            while w < n:
                w += 1
                k = xs.pop()
                assert n - i != i % 3, f"at {i}"
            if n < i + k:
                f *= 2
                f *= 2
                put(f, 2, x * 2)
            raise
        finally:
            print('finally', k)
            x = x * 0.5
            g[-1] += 1
            x = item(f, n)
    finally:
        print('finally', k)
        x = k
        for e in f:
            x = float(e)
            for i in range(k % 4):
                x = f[[0, k]].sum()
            else:
                f *= 2
                x = 0.5 / (x)
                print(i, k, x)
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 1, 1, 0))
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
    print(case2(f, g, xs, 2, 1, 1))
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
    print(case2(f, g, xs, 0, 0, 0.5))
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
        k = int(x) % 40
        k = int(x) % 40
        f *= 2
        if i == 1:
            break
        try:
            k = ratio(k - 1, k)
            w = 0
            while w < n:
                w += 1
                f[1:] += g[:2]
            for i in range(k % 4):
                k = (n - i) * 3 % 17
                x = k
            else:
                x = k
        except IndexError as e:
            print('caught', e)
            if k * 2 - i == i:
                raise ValueError
            if 3 == n - i:
                raise ValueError
            k = xs.index(k)
            raise
        else:
            x = k + 2 / (k * 2 - i)
        finally:
            print('finally', k)
            for i in range(n):
                x = -x
                if i == 1:
                    break
                f[i] = x - 1
            w = 0
            while w < n:
                w += 1
                x = f[[0, k * 2 - i]].sum()
                k = xs.pop()
                x = i + x
            k -= 1
    print('f', f)
    f *= 2
    try:
        print(n - i, x * 2)
        try:
            k = xs.index(k)
        except ArithmeticError as e:
            print('caught', e)
            for i in range(2):
                if i + k == i + k:
                    raise ValueError
            return -1
        for e in f:
            x = float(e)
            x = f[n - k] + x
    except (IndexError, ValueError) as e:
        print('caught', e)
        print('g', g[:2], xs)
        for i in range(2):
            for i in range(n - 1, -2, -1):
                print(i, k, x)
                print('f', f)
                g[i + k] += -i
    for i in range(n):
        for i in range(1, n + 1):
            f[1:] += g[:2]
            for i in range(n - 1, -2, -1):
                x = k
                if i % 3 > 5:
                    raise IndexError(f"k is {k}, i is {i}")
                k -= 1
        try:
            for i in range(1, n + 1):
                print('f', f)
                x = x * 0.5
                k += 1
        except IndexError as e:
            print('caught', e)
            f[1:] += g[:2]
    x = f[:n].max()
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 0, 2, 1))
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
    print(case3(f, g, xs, 1, 1, 0.5))
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
print(case3(f, g, xs, 2, 0, 0.5))
print(f, g, xs)
