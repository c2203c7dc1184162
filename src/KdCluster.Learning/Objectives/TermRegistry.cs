using KdCluster.Learning.Objectives.Layers;
using KdCluster.Learning.Objectives.Terms;
using KdCluster.Recipes;

namespace KdCluster.Learning.Objectives;

/// <summary>The losses by name.</summary>
public static class TermRegistry
{
    private static readonly Dictionary<string, Func<TermSpec, IObjectiveTerm>> Known = new(StringComparer.Ordinal)
    {
        ["cross-entropy"] = t => new CrossEntropyTerm(t.Smoothing ?? 0),
        ["squared-error"] = _ => new LabelSquaredErrorTerm(),
        ["absolute-error"] = _ => new LabelAbsoluteErrorTerm(),
        ["confidence-penalty"] = _ => new ConfidencePenaltyTerm(),
        ["kd"] = t => new DivergenceTerm(t.Temperature ?? 1),
        ["reverse-kl"] = t => new ReverseDivergenceTerm(t.Temperature ?? 1),
        ["soft-cross-entropy"] = t => new SoftCrossEntropyTerm(t.Temperature ?? 1, t.StudentTemperature ?? 1),
        ["mse"] = t => new SquaredErrorTerm(t.Temperature ?? 1, t.TargetScale ?? 1),
        ["l1"] = _ => new AbsoluteErrorTerm(),
        ["standardised-kd"] = t => new StandardisedDivergenceTerm(t.Temperature ?? 1),
        ["beta-smoothing"] = t => new BetaSmoothingTerm(t.Shape ?? 1),
        ["dist"] = t => new CorrelationTerm(t.Temperature ?? 1, t.Inter ?? 1, t.Intra ?? 1),
        ["kd-flsw"] = t => DynamicTemperatureTerm.ByDistance(t.Temperature ?? 1, t.Beta ?? 1, t.Gamma ?? 1),
        ["kd-cwsm"] = t => DynamicTemperatureTerm.ByConfidence(t.Temperature ?? 1, t.Beta ?? 1),
        ["skd-direction"] = t => new DirectionTerm(t.Ridge ?? 0.1),
    };

    private static readonly Dictionary<string, Func<TermSpec, ILayerLoss>> OnLayers = new(StringComparer.Ordinal)
    {
        ["hidden-mse"] = _ => new HiddenSquaredErrorLoss(),
        ["hidden-cosine"] = _ => new HiddenCosineLoss(),
        ["patient"] = _ => new PatientLoss(),
        ["fsp"] = _ => new FlowLoss(),
        ["vid"] = _ => new VariationalLoss(),
        ["token-gram"] = _ => new TokenGramLoss(),
        ["nst"] = _ => new KernelTransferLoss(),
        ["word-relation"] = _ => new WordRelationLoss(),
        ["word-angle"] = t => new WordAngleLoss(t.Window ?? 21),
        ["layer-relation"] = _ => new LayerRelationLoss(),
        ["layer-angle"] = _ => new LayerAngleLoss(),
        ["attention-mse"] = _ => new AttentionSquaredErrorLoss(),
        ["attention-ce"] = _ => new AttentionCrossEntropyLoss(),
        ["map-mse"] = _ => new MapSquaredErrorLoss(),
        ["map-vid"] = _ => new VariationalLoss(),
        ["review"] = _ => new ReviewLoss(),
        ["factor-transfer"] = t => new FactorTransferLoss(t.Rate ?? 0.5, t.Warmup ?? 0.2),
        ["map-affinity"] = _ => new AffinityLoss(),
        ["attention-transfer"] = _ => new AttentionTransferLoss(),
        ["map-nst"] = _ => new KernelTransferLoss(),
        ["map-fsp"] = _ => new MapFlowLoss(),
        ["channel-similarity"] = _ => new ChannelSimilarityLoss(),
        ["channel-affinity"] = _ => new ChannelAffinityLoss(),
        ["channel-correlation"] = _ => new ChannelCorrelationLoss(),
        ["spatial-correlation"] = _ => new SpatialCorrelationLoss(),
        ["embedding-mse"] = _ => new EmbeddingSquaredErrorLoss(),
        ["embedding-cosine"] = _ => new EmbeddingCosineLoss(),
        ["pad"] = _ => new PrimeAwareLoss(),
        ["similarity"] = _ => new SimilarityLoss(),
        ["pkt"] = _ => new ProbabilisticTransferLoss(),
        ["rkd-distance"] = _ => new RelationalDistanceLoss(),
        ["rkd-angle"] = _ => new RelationalAngleLoss(),
        ["cckd"] = t => CorrelationCongruenceLoss.Gaussian(t.Gamma ?? 0.4, t.Order ?? 2),
        ["cckd-bilinear"] = _ => CorrelationCongruenceLoss.Bilinear(),
        ["srd"] = t => new LogErrorLoss(t.Power ?? 4),
        ["contrast"] = t => new ContrastLoss(t.Temperature ?? 1),
        ["paired-hinge"] = t => new PairedHingeLoss(t.Margin ?? 1),
        ["crd"] = t => new ContrastiveRepresentationLoss(t.Negatives ?? 1024, t.Temperature ?? 0.07, t.Momentum ?? 0.5, t.Width ?? 128),
        ["adversary"] = _ => new AdversaryLoss(),
        ["embedding-adversary"] = _ => new AdversaryLoss(),
        ["hidden-adversary"] = _ => new AdversaryLoss(),
        ["map-adversary"] = _ => new AdversaryLoss(),
    };

    /// <summary>The names, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Known.Keys, .. OnLayers.Keys];

    /// <summary>Makes a term.</summary>
    /// <param name="term">With its options filled in.</param>
    /// <param name="setup">What a loss on layers must know; null: there is none.</param>
    /// <exception cref="KdException"><c>KD1221</c>: there is no such loss; <c>KD1305</c>, <c>KD1227</c>: student and teachers do not fit it.</exception>
    public static IObjectiveTerm Create(TermSpec term, ObjectiveSetup? setup = null)
    {
        ArgumentNullException.ThrowIfNull(term);
        return Known.TryGetValue(term.Loss, out var make) ? make(term)
            : LayerLoss(term) is { } loss ? new LayerTerm(term, loss, setup ?? throw new ArgumentNullException(nameof(setup)))
            : throw new KdException("KD1221", $"there is no loss '{term.Loss}'.", "objective.terms", $"Use one of: {string.Join(", ", Names)}.");
    }

    /// <summary>The loss of a term on layers; null: it is on the logits.</summary>
    internal static ILayerLoss? LayerLoss(TermSpec term) => OnLayers.GetValueOrDefault(term.Loss)?.Invoke(term);
}
