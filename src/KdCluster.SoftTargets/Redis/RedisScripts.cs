namespace KdCluster.SoftTargets.Redis;

/// <summary>What has to happen at once in the server.</summary>
/// <remarks>
/// Servers bring different Lua: Redis 5.1, where every number prints as it counts; Garnet 5.4, where a quotient is a float and prints as "256.0", which no
/// command takes for a number. So quotients are floored, and rows are counted by a command. A server that is full refuses a script at its first write alone, and then
/// only a write that takes memory: so a write that deletes never comes first.
/// </remarks>
internal static class RedisScripts
{
    /// <summary>
    /// Appends rows; answers the number of the first, or -1 when the generation is not the one that the caller knows. When another append came between, the server did
    /// not do the script at once and rows may lie over one another: an error. A slab is made at its full size at once, so that it is never moved.
    /// KEYS: meta, sets. ARGV: keys, records, key bytes, record bytes, keys per slab, records per slab, generation if there is none, set name, its description, generation known ('': none).
    /// </summary>
    public const string Append = """
        local m = redis.call('HMGET', KEYS[1], 'g', 'c')
        local g, c = m[1], tonumber(m[2] or '0')
        if (g or '') ~= ARGV[10] then return -1 end
        if not g then
          g, c = ARGV[7], 0
          redis.call('HSET', KEYS[2], ARGV[8], ARGV[9])
          redis.call('HDEL', KEYS[1], 'c', 'h')
          if redis.call('HSETNX', KEYS[1], 'g', g) == 0 then return -1 end
        end
        local function append(kind, bytes, size, per)
          local number, at = c, 1
          while at <= #bytes do
            local slab, first = math.floor(number / per), number % per
            local count = math.min(per - first, math.floor((#bytes - at + 1) / size))
            local key = KEYS[1] .. ':' .. g .. ':' .. kind .. slab
            if first == 0 then redis.call('SETRANGE', key, per * size - 1, '\0') end
            redis.call('SETRANGE', key, first * size, string.sub(bytes, at, at + count * size - 1))
            number, at = number + count, at + count * size
          end
        end
        append('k', ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[5]))
        append('r', ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[6]))
        local added = math.floor(#ARGV[1] / tonumber(ARGV[3]))
        if redis.call('HINCRBY', KEYS[1], 'c', added) ~= c + added then
          return redis.error_reply('scripts of several clients ran at the same time; each must run alone, in Garnet by --lua-transaction-mode')
        end
        return c
        """;

    /// <summary>
    /// Forgets a set at once and answers its generation, rows and dropped rows, so that its slabs can be deleted bit by bit.
    /// KEYS: meta, sets. ARGV: set name.
    /// </summary>
    public const string Forget = """
        local m = redis.call('HMGET', KEYS[1], 'g', 'c', 'h')
        redis.call('DEL', KEYS[1])
        redis.call('HDEL', KEYS[2], ARGV[1])
        return { m[1] or '', m[2] or '0', m[3] or '0' }
        """;
}
