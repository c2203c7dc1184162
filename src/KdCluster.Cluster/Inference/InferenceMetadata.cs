using System.Globalization;
using System.Text.Json;
using KdCluster.Instances;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using KdCluster.Wire.Inference;

namespace KdCluster.Cluster.Inference;

/// <summary>What a teacher is, in the protocol's words.</summary>
internal static class InferenceMetadata
{
    public static ModelMetadataResponse Of(TeacherDescription teacher)
    {
        ModelMetadataResponse metadata = new()
        {
            Name = teacher.Name,
            Versions = { InferenceNames.Version(teacher) },
            Platform = InferenceNames.Platform,
            Inputs =
            {
                Tensor(InferenceNames.InputIds, "INT64", -1, -1),
                Tensor(InferenceNames.AttentionMask, "INT64", -1, -1),
                Tensor(InferenceNames.Lengths, "INT64", -1),
                Tensor(InferenceNames.Text, "BYTES", -1),
                Tensor(InferenceNames.TextPair, "BYTES", -1),
            },
        };
        if (teacher.Inputs.Contains(TensorLayout.Types))
        {
            metadata.Inputs.Add(Tensor(InferenceNames.TokenTypeIds, "INT64", -1, -1));
        }

        metadata.Outputs.AddRange(InferenceNames.Offered(teacher).Select(o => Tensor(o.Output, "FP32", -1, o.Set().Width)));
        foreach (TeacherOutput output in InferenceNames.Offered(teacher))
        {
            string name = InferenceNames.FingerprintProperty + (output.Output == teacher.Answer ? "" : $".{output.Output}");
            metadata.Properties[name] = output.Teacher;
        }

        metadata.Properties[InferenceNames.LabelsProperty] = JsonSerializer.Serialize(teacher.Labels);
        metadata.Properties[InferenceNames.LabelSpaceProperty] = teacher.LabelSpace;
        metadata.Properties[InferenceNames.TokenizerProperty] = teacher.Tokenizer;
        metadata.Properties[InferenceNames.MaxLengthProperty] = teacher.MaxLength.ToString(CultureInfo.InvariantCulture);
        metadata.Properties[InferenceNames.KindProperty] = teacher.Kind;
        metadata.Properties[InferenceNames.ParametersProperty] = teacher.Parameters.ToString(CultureInfo.InvariantCulture);
        metadata.Properties[InferenceNames.ElementProperty] = teacher.Output(teacher.Answer).Element.ToString();
        if (double.IsFinite(teacher.Accuracy))
        {
            metadata.Properties[InferenceNames.AccuracyProperty] = teacher.Accuracy.ToString("R", CultureInfo.InvariantCulture);
        }

        return metadata;
    }

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(string name, string datatype, params long[] shape) => new() { Name = name, Datatype = datatype, Shape = { shape } };
}
