namespace KdCluster.Tests.Data;

/// <summary>A test that reads published data; it is skipped, with that reason, where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string folder)
    {
        if (!Directory.Exists(Path.Combine(PublishedData.Folder, folder)))
            Skip = $"{folder} is not under {PublishedData.Folder}; set KD_DATA.";
    }
}
