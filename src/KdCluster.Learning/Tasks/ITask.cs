using KdCluster.Recipes;

namespace KdCluster.Learning.Tasks;

/// <summary>What is learned: how its rows are read, made into views and told of. To add one: a folder with the same kinds of files, its models in <see cref="Models.ModelFactory"/>, and a line in <see cref="TaskRegistry"/>.</summary>
public interface ITask
{
    /// <summary>Its name in a recipe.</summary>
    string Name { get; }

    /// <summary>Reads and checks what a recipe's data section names; every mistake in every file is reported at once.</summary>
    /// <param name="spec">What to load.</param>
    /// <param name="baseFolder">What relative paths are relative to: the recipe's folder.</param>
    /// <param name="cacheFolder">Where a built-in data set is kept once extracted; null extracts it each time.</param>
    /// <exception cref="KdException"><c>KD11xx</c>: all that is wrong with the data.</exception>
    TaskData Load(DataSpec spec, string baseFolder, string? cacheFolder = null);

    /// <summary>How a recipe's training rows are changed for students; null: not at all.</summary>
    IAugmentation? Augmentation(DataSpec spec) => null;
}
