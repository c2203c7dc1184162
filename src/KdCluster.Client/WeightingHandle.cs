using KdCluster.V1;

namespace KdCluster.Client;

/// <summary>How one student of a run weighs its teachers, and what its policy has learned; while it trains and after.</summary>
public sealed class WeightingHandle
{
    private readonly KdClient _client;
    private readonly WeightingId _id;

    internal WeightingHandle(KdClient client, string run, string? variant, long? seed)
    {
        (_client, _id) = (client, new WeightingId { Run = run, Variant = variant ?? "" });
        if (seed is { } given)
        {
            _id.Seed = given;
        }
    }

    /// <summary>What the weighting has done so far.</summary>
    /// <exception cref="KdException"><c>KD1501</c>: no such run; <c>KD1507</c>: no such student.</exception>
    public Task<Weighting> GetAsync(CancellationToken cancellationToken = default) =>
        _client.CallAsync(async () => await _client.Weightings.GetAsync(_id, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>How a policy weighs the teachers on a text. The run's teachers are asked.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">Its second text, for teachers of pairs.</param>
    /// <param name="label">Its class, which a policy sees in training; null: every class is tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD1351</c>: the student has no policy; <c>KD1350</c>: its teachers are others now; <c>KD1106</c>: no such class.</exception>
    public Task<AskWeightingReply> AskAsync(string text, string? pair = null, string? label = null, CancellationToken cancellationToken = default) => _client.CallAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(text);
        AskWeightingRequest request = new() { Id = _id, Text = text, Label = label ?? "" };
        if (pair is not null)
        {
            request.Pair = pair;
        }

        return await _client.Weightings.AskAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
    });

    /// <summary>What a policy has learned, as a safetensors file, which a recipe's <c>weighting.from</c> can name.</summary>
    /// <exception cref="KdException"><c>KD1351</c>: the student has no policy.</exception>
    public Task<ExportedWeighting> ExportAsync(CancellationToken cancellationToken = default) =>
        _client.CallAsync(async () => await _client.Weightings.ExportAsync(_id, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>The weights that single training rows were given last, with their texts.</summary>
    /// <param name="instances">Rows, counted from 0 in the order in which they are read; none: the most disputed ones.</param>
    /// <param name="mostDisputed">How many of those whose weights have the largest entropy over the teachers; 1000 at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD1508</c>: there are none yet; <c>KD1509</c>: there is no such row.</exception>
    public Task<InstanceWeightsReply> InstancesAsync(IEnumerable<long>? instances = null, int mostDisputed = 10, CancellationToken cancellationToken = default) => _client.CallAsync(async () =>
    {
        InstanceWeightsRequest request = new() { Id = _id, MostDisputed = mostDisputed };
        request.Instances.AddRange(instances ?? []);
        return await _client.Weightings.InstancesAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
    });
}
