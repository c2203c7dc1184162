namespace KdCluster.Recipes;

/// <summary>What somebody probably meant: the known name with the smallest edit distance, if it is small.</summary>
internal static class NearestName
{
    internal static string? Of(string given, IEnumerable<string> known)
    {
        string plain = Plain(given);
        (string? name, int distance) best = (null, int.MaxValue);
        foreach (string candidate in known)
        {
            int distance = Distance(plain, Plain(candidate));
            if (distance < best.distance)
                best = (candidate, distance);
        }

        return best.distance <= Math.Max(1, plain.Length / 3) ? best.name : null;
    }

    // batch_size, Batch-Size and batchSize are one name.
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    // Optimal string alignment: insert, delete, replace, swap neighbours.
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
