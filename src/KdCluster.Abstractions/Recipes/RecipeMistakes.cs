namespace KdCluster.Recipes;

/// <summary>Collects mistakes with their places, and knows the line of every key.</summary>
/// <param name="path">The recipe's file; empty for one made in code.</param>
/// <param name="whole">The recipe that this is a stage of; null: this is the recipe.</param>
/// <param name="stage">The stage's path.</param>
/// <param name="section">The part of the recipe's key that the stage's leaves out.</param>
/// <param name="overlays">Whether what is wrong with what it inherits is its own mistake: the recipe is right without it.</param>
internal sealed class RecipeMistakes(string path, RecipeMistakes? whole = null, string stage = "", string section = "", bool overlays = false)
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly List<(int Line, KdError Error)> _errors = [];

    internal bool Any => whole?.Any ?? _errors.Count > 0;

    /// <summary>Those told here.</summary>
    internal IEnumerable<KdError> Errors => _errors.Select(e => e.Error);

    /// <summary>Paths whose value is wrong.</summary>
    internal HashSet<string> Invalid { get; } = [];

    internal void Place(string key, int line) => _lines[key] = line;

    /// <summary>A mistake at a key; where the key is not in the file, at its nearest parent that is.</summary>
    internal void Add(string code, string key, string what, string? remedy = null)
    {
        if (whole is not null)
        {
            // What a stage inherits is the recipe's mistake, and told once.
            string own = Own(key);
            bool inherited = !whole.IsGivenBelow(stage, own) && whole.IsGivenBelow("", key);
            if (!overlays || !whole.Knows(code, key, what))
                whole.Add(code, inherited && !overlays ? key : own, what, remedy);
            return;
        }

        string? placed = key;
        while (placed is not null && !_lines.ContainsKey(placed))
            placed = Parent(placed);
        AddAt(code, placed is null ? 0 : _lines[placed], key, what, remedy);
    }

    private string Own(string key) => $"{stage}.{(key.StartsWith(section, StringComparison.Ordinal) ? key[section.Length..] : key)}";

    /// <summary>Whether a mistake was told at a key.</summary>
    private bool Knows(string code, string key, string what) => whole is null
        ? _errors.Exists(e => e.Error.Code == code && e.Error.What == what && (e.Error.Where == key || e.Error.Where?.EndsWith($"({key})", StringComparison.Ordinal) == true))
        : whole.Knows(code, Own(key), what) || whole.Knows(code, key, what);

    internal void AddAt(string code, int line, string key, string what, string? remedy = null)
    {
        string file = path.Length == 0 ? "" : line > 0 ? $"{path}:{line}" : path;
        string where = (file, key) switch { (_, "") => file, ("", _) => key, _ => $"{file} ({key})" };
        KdError error = new(code, what, where.Length == 0 ? null : where, remedy);
        if (!_errors.Contains((line, error)))
            _errors.Add((line, error));
    }

    /// <summary>For the rules of a recipe that look at a stage: keys are the stage's where it gives them, else the recipe's.</summary>
    /// <inheritdoc cref="RecipeMistakes"/>
    internal RecipeMistakes Within(string stagePath, string section = "", bool overlays = false)
    {
        RecipeMistakes within = new(path, this, stagePath, section, overlays);
        within.Invalid.UnionWith(RecipeStageRules.InvalidIn(Invalid, $"{stagePath}.", section));
        return within;
    }

    /// <summary>As many as there are, in the file's order.</summary>
    internal void ThrowIfAny()
    {
        if (Any)
            throw new KdException([.. _errors.OrderBy(e => e.Line).Select(e => e.Error)]);
    }

    /// <summary>Whether the file has the key, or a section around it inside <paramref name="outer"/>.</summary>
    private bool IsGivenBelow(string outer, string key)
    {
        // A stage of a variant is the variant's own, or the recipe's.
        if (whole is not null)
            return whole.IsGivenBelow(outer.Length == 0 ? stage : $"{stage}.{outer}", $"{stage}.{key}") || whole.IsGivenBelow(outer, key);
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
