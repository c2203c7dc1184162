using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

/// <summary>Logs what became of a file that changed.</summary>
internal static class FileNews
{
    public static void Reread(this ILogger log, string file, KdException? wrong)
    {
        if (wrong is null)
        {
            log.FileReread(file);
        }
        else
        {
            log.FileRefused(file, wrong.Message);
        }
    }
}
