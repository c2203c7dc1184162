using System.Security.Cryptography;
using System.Text;

namespace KdCluster.Recipes;

/// <summary>Names a recipe by what it says, however it was written down.</summary>
public static class RecipeHash
{
    /// <summary>SHA-256 of the canonical form (<see cref="RecipeWriter.Write"/>): 64 lower-case hexadecimal digits.</summary>
    public static string Of(Recipe recipe) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RecipeWriter.Write(recipe))));
}
