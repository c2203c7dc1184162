using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Grains;
using KdCluster.Runs;

namespace KdCluster.Cluster.Teachers;

/// <summary>Silos that would not answer as a teacher's first replica does. They are not asked again for as long as that is right.</summary>
internal sealed class RefusedSilos
{
    private readonly Dictionary<string, (KdError Refusal, string Runtime)> _silos = [];

    /// <summary>Orleans' addresses.</summary>
    public IReadOnlyCollection<string> Silos => _silos.Keys;

    /// <summary>Why each was refused.</summary>
    public IEnumerable<KdError> Refusals => _silos.Values.Select(s => s.Refusal);

    /// <summary>Keeps a silo that was refused and was not here yet.</summary>
    /// <param name="place">Where a replica was to be loaded.</param>
    /// <returns>Why it was refused; null: it was not, or is here already.</returns>
    public KdError? Add(TeacherPlace place) =>
        place.Errors is [{ Code: ReplicaProbe.Refusal } refusal] && _silos.TryAdd(place.Silo, (refusal, place.Runtime)) ? refusal : null;

    /// <summary>Forgets silos that are gone; and while nobody serves those of another release, which need not answer alike any more.</summary>
    /// <param name="alive">Whether a silo is.</param>
    /// <param name="served">Whether a replica serves.</param>
    /// <param name="runtime">The libraries of the first replica; null: it is not known.</param>
    public void Forget(Func<string, bool> alive, bool served, string? runtime)
    {
        foreach ((string silo, (_, string there)) in _silos.ToArray())
        {
            // Libraries that a silo does not tell are those that it was refused with: it would be asked without end.
            if (!alive(silo) || (!served && there.Length > 0 && there != runtime))
            {
                _silos.Remove(silo);
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _silos.Clear();
}
