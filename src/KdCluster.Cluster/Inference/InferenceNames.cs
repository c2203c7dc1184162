using KdCluster.SoftTargets;
using KdCluster.Teachers;

namespace KdCluster.Cluster.Inference;

/// <summary>What tensors and properties are called, both as we serve them and as we look for them elsewhere.</summary>
internal static class InferenceNames
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string TokenTypeIds = "token_type_ids";
    public const string Lengths = "lengths";
    public const string Text = "text";
    public const string TextPair = "text_pair";
    public const string Logits = "logits";
    public const string Score = "score";
    public const string Embedding = "embedding";

    public const string Platform = "kdcluster_checkpoint";

    public const string FingerprintProperty = "kdcluster.fingerprint";
    public const string LabelsProperty = "kdcluster.labels";
    public const string LabelSpaceProperty = "kdcluster.label_space";
    public const string TokenizerProperty = "kdcluster.tokenizer";
    public const string MaxLengthProperty = "kdcluster.max_length";
    public const string AccuracyProperty = "kdcluster.accuracy";
    public const string ElementProperty = "kdcluster.element";
    public const string KindProperty = "kdcluster.kind";
    public const string ParametersProperty = "kdcluster.parameters";

    /// <summary>A teacher's version: the first 16 digits of the fingerprint of its logits or score, so that another model under the same name is another version.</summary>
    public static string Version(TeacherDescription teacher) => teacher.Output(teacher.Answer).Teacher[..16];

    /// <summary>The outputs that are offered by this protocol: its tensors have one shape for all rows of a request.</summary>
    public static IEnumerable<TeacherOutput> Offered(TeacherDescription teacher) => teacher.Outputs.Where(o => !o.Shape.Varies);
}
