local function widen(c)
    return widen(c) + 1
end
widen(1)
