using System.Text;
using Tokenizers.DotNet;

namespace KdCluster.Learning.Text;

/// <summary>Hugging Face's own library, on one text at a time: normalisation, splitting and model; special tokens around the text and truncation are <see cref="TokenTemplate"/>'s.</summary>
/// <remarks>Safe to share between threads. What the library does not expect ends the process, so it is given only what <see cref="TokenizerFile"/> has checked.</remarks>
internal sealed class NativeTokenizer
{
    private readonly global::Tokenizers.DotNet.Tokenizer _library;

    /// <param name="json">A checked <c>tokenizer.json</c> without post-processor, padding and truncation.</param>
    /// <exception cref="TokenizerException">The library refuses it.</exception>
    public NativeTokenizer(byte[] json)
    {
        // The library reads files alone.
        string path = Path.Combine(Path.GetTempPath(), $"kdcluster-{Guid.NewGuid():n}.tokenizer.json");
        try
        {
            using (FileStream file = new(path, FileMode.CreateNew, FileAccess.Write))
                file.Write(json);
            _library = new global::Tokenizers.DotNet.Tokenizer(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Ids of a text, without special tokens around it. Half a surrogate pair counts as U+FFFD.</summary>
    /// <exception cref="TokenizerException">The vocabulary has no token for a part of the text, and none for what is unknown.</exception>
    public int[] Encode(string text)
    {
        uint[] ids = _library.Encode(WellFormed(text));
        // Its finaliser frees what the call above reads.
        GC.KeepAlive(_library);
        return Array.ConvertAll(ids, id => (int)id);
    }

    private static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return text;
        var sound = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            sound.Append(rune.ToString());
        return sound.ToString();
    }
}
