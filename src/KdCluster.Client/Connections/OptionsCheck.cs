using Microsoft.Extensions.Options;

namespace KdCluster.Client.Connections;

/// <summary>Says what is wrong with a client's options before the app serves anyone.</summary>
internal sealed class OptionsCheck : IValidateOptions<KdClientOptions>
{
    public ValidateOptionsResult Validate(string? name, KdClientOptions options)
    {
        try
        {
            options.Check();
            return ValidateOptionsResult.Success;
        }
        catch (KdException e)
        {
            return ValidateOptionsResult.Fail(e.Errors.Select(error => error.ToString()));
        }
    }
}
