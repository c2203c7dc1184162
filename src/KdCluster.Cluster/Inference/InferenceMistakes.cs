namespace KdCluster.Cluster.Inference;

/// <summary>Collects what is wrong with one request, so that all of it is said at once.</summary>
/// <param name="model">Whom the request is for.</param>
internal sealed class InferenceMistakes(string model)
{
    private const int Most = 10;
    private readonly List<KdError> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(string tensor, string what, string remedy)
    {
        if (_errors.Count < Most)
        {
            _errors.Add(new KdError("KD1341", what, $"model {model}, tensor {tensor}", remedy));
        }
    }

    /// <exception cref="KdException"><c>KD1341</c>: every mistake.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new KdException(_errors);
        }
    }
}
