namespace KdCluster.Recipes;

/// <summary>How the images that a student learns from are changed, anew in each epoch.</summary>
public sealed record AugmentSpec
{
    /// <summary>Black pixels that are put around an image before a part of its own size is cut out of it, anywhere; 0: none.</summary>
    public int Crop { get; init; }

    /// <summary>Whether half of the images, drawn at random, are mirrored left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Decides the draws, together with the row and the epoch; the same for all students.</summary>
    public long Seed { get; init; }
}
