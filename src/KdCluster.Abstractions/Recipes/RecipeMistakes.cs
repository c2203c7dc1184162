namespace KdCluster.Recipes;

/// <summary>Collects mistakes with their places, and knows the line of every key.</summary>
/// <param name="path">The recipe's file; empty for one made in code.</param>
/// <param name="whole">The recipe that this is a stage of; null: this is the recipe.</param>
/// <param name="stage">The stage's path.</param>
/// <param name="section">The part of the recipe's key that the stage's leaves out.</param>
internal sealed class RecipeMistakes(string path, RecipeMistakes? whole = null, string stage = "", string section = "")
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly List<(int Line, KdError Error)> _errors = [];

    internal bool Any => _errors.Count > 0;

    /// <summary>Paths whose value is wrong.</summary>
    internal HashSet<string> Invalid { get; } = [];

    internal void Place(string key, int line) => _lines[key] = line;

    /// <summary>A mistake at a key; where the key is not in the file, at its nearest parent that is.</summary>
    internal void Add(string code, string key, string what, string? remedy = null)
    {
        if (whole is not null)
        {
            // What a stage inherits is the recipe's mistake, and told once.
            string own = $"{stage}.{(key.StartsWith(section, StringComparison.Ordinal) ? key[section.Length..] : key)}";
            whole.Add(code, whole.IsGivenBelow(stage, own) || !whole.IsGivenBelow("", key) ? own : key, what, remedy);
            return;
        }

        string? placed = key;
        while (placed is not null && !_lines.ContainsKey(placed))
            placed = Parent(placed);
        AddAt(code, placed is null ? 0 : _lines[placed], key, what, remedy);
    }

    internal void AddAt(string code, int line, string key, string what, string? remedy = null)
    {
        string file = path.Length == 0 ? "" : line > 0 ? $"{path}:{line}" : path;
        string where = (file, key) switch { (_, "") => file, ("", _) => key, _ => $"{file} ({key})" };
        KdError error = new(code, what, where.Length == 0 ? null : where, remedy);
        if (!_errors.Contains((line, error)))
            _errors.Add((line, error));
    }

    /// <summary>For the rules of a recipe that look at a stage: keys are the stage's where it gives them, else the recipe's.</summary>
    internal RecipeMistakes Within(string stagePath, string section = "") => new(path, this, stagePath, section);

    /// <summary>As many as there are, in the file's order.</summary>
    internal void ThrowIfAny()
    {
        if (Any)
            throw new KdException([.. _errors.OrderBy(e => e.Line).Select(e => e.Error)]);
    }

    /// <summary>Whether the file has the key, or a section around it inside <paramref name="outer"/>.</summary>
    private bool IsGivenBelow(string outer, string key)
    {
        for (string? at = key; at is not null && at != outer; at = Parent(at))
        {
            if (_lines.ContainsKey(at))
                return true;
        }

        return false;
    }

    private static string? Parent(string key)
    {
        int end = Math.Max(key.LastIndexOf('.'), key.LastIndexOf('['));
        return end < 0 ? null : key[..end];
    }
}
