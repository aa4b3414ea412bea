-- the message names this file, not the one that includes it
dense { "hidden", out = 8, bais = false }
