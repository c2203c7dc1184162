using KdCluster.Learning.Loops.TwoPlayer;
using KdCluster.Learning.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace KdCluster.Learning.Objectives.Layers;

/// <summary>
/// −D(P·s), D the critic: the student's side of the game of arXiv 1903.04197 (there <c>holistic</c>) [V]. Each teacher has a critic for each layer that is compared. The critic's side is
/// <see cref="CriticLoss"/>; the loop <c>two-player</c> trains it.
/// </summary>
internal sealed class AdversaryLoss : ILayerLoss, IDisposable
{
    private Critic[][] _critics = [];
    private double _penalty;

    public LayerWidths Widths => LayerWidths.Same;

    /// <summary>The critics' weights.</summary>
    public IEnumerable<(string Name, Parameter Weight)> CriticWeights =>
        from k in Enumerable.Range(0, _critics.Length)
        from i in Enumerable.Range(0, _critics[k].Length)
        from weight in _critics[k][i].Weights
        select (FormattableString.Invariant($"teacher-{k + 1}.{i + 1}.{weight.Name}"), weight.Weight);

    /// <summary>Draws the critics' first weights.</summary>
    /// <param name="widths">Numbers of a position, for each teacher and layer.</param>
    /// <param name="setup">With the loop.</param>
    public void Begin(int[][] widths, ObjectiveSetup setup)
    {
        var loop = setup.Loop ?? throw new ArgumentException("an adversary needs the loop that has critics", nameof(setup));
        _penalty = loop.GradientPenalty ?? 10;
        _critics = TorchRuntime.WithSeed(setup.Seed, () => Array.ConvertAll(widths, teacher => Array.ConvertAll(teacher, width => new Critic(width, loop.CriticHidden ?? 64))));
        foreach (Critic critic in _critics.SelectMany(c => c))
            critic.to(setup.Device);
    }

    public Tensor Evaluate(LayerInput input)
    {
        Critic[] critics = _critics[input.Number];
        return Mean(critics.Length, i => critics[i].Score(Positions(input.Student[i]), Real(input.Student[i], input.Real), learns: false).neg());
    }

    /// <summary>D(s) − D(z) + λ·penalty of each instance, without gradient by the student, and both parts.</summary>
    /// <param name="input">As the student's side sees it.</param>
    /// <param name="draw">Gives that many numbers from 0 to 1.</param>
    public CriticValue CriticLoss(LayerInput input, Func<long, Tensor> draw)
    {
        Critic[] critics = _critics[input.Number];
        var values = new CriticValue[critics.Length];
        for (int i = 0; i < critics.Length; i++)
        {
            Critic critic = critics[i];
            Tensor student = Positions(input.Student[i]).detach(), teacher = Positions(input.Teacher[i]), real = Real(input.Student[i], input.Real);
            Tensor distance = critic.Score(teacher, real, learns: true).sub(critic.Score(student, real, learns: true));
            values[i] = new CriticValue(distance, GradientPenalty.Of(x => critic.Score(x, real, learns: true), teacher, student, real, draw(student.shape[0])));
        }

        Tensor apart = Mean(values.Length, i => values[i].Distance), penalty = Mean(values.Length, i => values[i].Penalty);
        return new CriticValue(apart, penalty) { Loss = penalty.Times(_penalty).sub(apart) };
    }

    public void Dispose()
    {
        foreach (Critic critic in _critics.SelectMany(c => c))
            critic.Dispose();
    }

    private static Tensor Mean(int count, Func<int, Tensor> each) => count == 1 ? each(0) : stack([.. Enumerable.Range(0, count).Select(each)]).mean([0L]);

    // Logits and embeddings are one position.
    private static Tensor Positions(Tensor states) => states.dim() == 2 ? states.unsqueeze(1) : states;

    // Of texts the tokens; every pixel counts.
    private static Tensor Real(Tensor states, Tensor tokens) => states.dim() == 3 && states.shape[1] == tokens.shape[1] ? tokens : ones(states.shape[0], states.dim() == 2 ? 1 : states.shape[1], device: states.device);
}

/// <summary>What a critic's step is about, for each instance: [batch].</summary>
/// <param name="Distance">D(z) − D(s): how far apart it holds the two.</param>
/// <param name="Penalty">How far its slope is from 1, squared.</param>
internal readonly record struct CriticValue(Tensor Distance, Tensor Penalty)
{
    /// <summary>What it lowers.</summary>
    public Tensor? Loss { get; init; }
}
