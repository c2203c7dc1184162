using KdCluster.Recipes;

namespace KdCluster.Learning.Models;

/// <summary>Refuses sizes of which no model can be made, all of them at once.</summary>
internal static class ModelSizes
{
    public static void Check(ModelShape shape)
    {
        var errors = new List<KdError>();
        void Require(bool holds, string field, string what)
        {
            if (!holds)
                errors.Add(new KdError("KD1205", what, field));
        }

        if (shape.Image is { } image)
            Image(shape, image, Require);
        else
            Text(shape, Require);
        if (errors.Count > 0)
            throw new KdException(errors);
    }

    private static void Text(ModelShape shape, Action<bool, string, string> require)
    {
        ModelSpec spec = shape.Spec;
        foreach ((string field, int value) in (ReadOnlySpan<(string, int)>)[("embedding", spec.Embedding), ("hidden", spec.Hidden), ("layers", spec.Layers), ("maxLength", shape.MaxLength)])
            require(value >= 1, field, $"{value} is below 1.");
        require(shape.Vocabulary >= 2, "vocabulary", $"{shape.Vocabulary} tokens are no vocabulary.");
        require(shape.Padding >= 0 && shape.Padding < shape.Vocabulary, "padding", $"id {shape.Padding} is not below {shape.Vocabulary}.");
        Both(shape, require);
        if (spec.Kind == "transformer" || shape.Family is not null || shape.Decoder is not null)
            require(spec.Heads >= 1 && spec.Embedding % spec.Heads == 0, "heads", $"{spec.Heads} heads do not divide the width {spec.Embedding}.");
        if (shape.Decoder is { } decoder)
            Decoder(spec, decoder, require);
        if (shape.Family is { } family)
            Family(spec.Kind, family, require);
        if (spec.Kind == "text-cnn")
        {
            require(spec.Filters.Count > 0 && spec.Filters.All(f => f >= 1), "filters", "a filter is at least one token wide, and there is at least one.");
            require(spec.Filters.Distinct().Count() == spec.Filters.Count, "filters", "a filter width is given twice.");
        }
    }

    private static void Decoder(ModelSpec spec, DecoderSettings decoder, Action<bool, string, string> require)
    {
        int keys = decoder.KeyHeads ?? spec.Heads;
        require(keys >= 1 && spec.Heads % keys == 0, "key heads", $"{keys} heads of keys do not divide {spec.Heads} heads.");
        require(spec.Kind != DecoderSettings.Llama || spec.Heads < 1 || spec.Embedding / spec.Heads % 2 == 0, "heads", $"{spec.Heads} heads of the width {spec.Embedding} are of odd width, and positions turn pairs of numbers.");
        require(decoder.Epsilon is > 0 and < 1, "epsilon", $"{decoder.Epsilon} is not above 0 and below 1.");
        require(decoder.Theta > 0, "theta", $"{decoder.Theta} is not above 0.");
    }

    private static void Family(string kind, FamilySettings family, Action<bool, string, string> require)
    {
        require(family.Epsilon is > 0 and < 1, "epsilon", $"{family.Epsilon} is not above 0 and below 1.");
        require(FamilySettings.Activations.Contains(family.Activation), "activation", $"'{family.Activation}' is none of {string.Join(", ", FamilySettings.Activations)}.");
        require(FamilySettings.PoolingsOf(kind).Contains(family.Pooling), "pooling", $"'{family.Pooling}' is none of {string.Join(", ", FamilySettings.PoolingsOf(kind))}.");
        require(kind == FamilySettings.DistilBert ? family.Types == 0 : family.Types is >= 1 and <= 65_536, "token types", $"a {kind} does not have {family.Types}.");
    }

    private static void Both(ModelShape shape, Action<bool, string, string> require)
    {
        // One is a score, which only texts have.
        require(shape.Classes >= (shape.Image is null ? 1 : 2), "classes", $"{shape.Classes} class(es) cannot be distinguished.");
        require(shape.Spec.Dropout is >= 0 and < 1, "dropout", $"{shape.Spec.Dropout} is not a probability below 1.");
    }

    private static void Image(ModelShape shape, ImageInput image, Action<bool, string, string> require)
    {
        ModelSpec spec = shape.Spec;
        Both(shape, require);
        const int mostChannels = 1024, mostPixels = 1 << 24;
        require(image.Channels is 1 or 3, "channels of the images", $"{image.Channels} is neither 1 nor 3.");
        require(image.Height >= ResNet.Smallest && image.Width >= ResNet.Smallest && (long)image.Height * image.Width <= mostPixels, "size of the images", $"{image.Height}×{image.Width} pixels are too few or too many.");
        require(image.Mean.Count == image.Channels && image.Mean.All(double.IsFinite), "mean", $"it must have one finite number for each of the {image.Channels} channel(s).");
        require(image.Deviation.Count == image.Channels && image.Deviation.All(d => double.IsFinite(d) && d > 0), "std", $"it must have one number above 0 for each of the {image.Channels} channel(s).");
        if (spec.Kind == "mlp")
        {
            require(spec.Hidden >= 1, "hidden", $"{spec.Hidden} is below 1.");
            require(spec.Layers >= 1, "layers", $"{spec.Layers} is below 1.");
            return;
        }

        int depth = spec.DepthOrDefault();
        require(spec.ChannelsOrDefault() is >= 1 and <= mostChannels, "channels", $"{spec.ChannelsOrDefault()} is not 1 to {mostChannels}.");
        if (spec.Kind == "resnet")
            require(depth is >= 8 and <= 1202 && depth % 6 == 2, "depth", $"{depth} is not 6n+2, such as 8, 20 or 56.");
        else
            require(depth is >= PlainCnn.Shallowest and <= PlainCnn.Deepest, "depth", $"{depth} is not {PlainCnn.Shallowest} to {PlainCnn.Deepest}.");
        if (spec.Kind == "resnet" && spec.ChannelsOrDefault() % 2 != 0)
            require(false, "channels", $"{spec.ChannelsOrDefault()} is odd: half of a stage's new channels stand on each side.");
    }
}
