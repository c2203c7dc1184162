namespace KdCluster.Recipes;

/// <summary>Collects mistakes with their places, and knows the line of every key.</summary>
/// <param name="path">The recipe's file; empty for one made in code.</param>
internal sealed class RecipeMistakes(string path)
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly List<(int Line, KdError Error)> _errors = [];

    internal bool Any => _errors.Count > 0;

    /// <summary>Paths whose value is wrong.</summary>
    internal HashSet<string> Invalid { get; } = [];

    internal void Place(string key, int line) => _lines[key] = line;

    internal int? LineOf(string key) => _lines.TryGetValue(key, out int line) ? line : null;

    /// <summary>A mistake at a key; where the key is not in the file, at its nearest parent that is.</summary>
    internal void Add(string code, string key, string what, string? remedy = null)
    {
        string? placed = key;
        while (placed is not null && !_lines.ContainsKey(placed))
            placed = Parent(placed);
        AddAt(code, placed is null ? 0 : _lines[placed], key, what, remedy);
    }

    internal void AddAt(string code, int line, string key, string what, string? remedy = null)
    {
        string file = path.Length == 0 ? "" : line > 0 ? $"{path}:{line}" : path;
        string where = (file, key) switch { (_, "") => file, ("", _) => key, _ => $"{file} ({key})" };
        _errors.Add((line, new KdError(code, what, where.Length == 0 ? null : where, remedy)));
    }

    /// <summary>As many as there are, in the file's order.</summary>
    internal void ThrowIfAny()
    {
        if (Any)
            throw new KdException([.. _errors.OrderBy(e => e.Line).Select(e => e.Error)]);
    }

    private static string? Parent(string key)
    {
        int end = Math.Max(key.LastIndexOf('.'), key.LastIndexOf('['));
        return end < 0 ? null : key[..end];
    }
}
