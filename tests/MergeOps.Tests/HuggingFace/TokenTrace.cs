using System.Text;
using MergeOps.TestHub.Http;

namespace MergeOps.Tests.HuggingFace;

/// <summary>Finds a token in whatever form it got out: plain, URL-encoded, or base64 together with anything else.</summary>
internal sealed class TokenTrace(string token)
{
    // of base64 the part that does not depend on what stands beside the token
    private readonly string[] spellings =
    [
        token,
        Uri.EscapeDataString(token),
        .. new[] { "", " ", "  " }.Select(before => Convert.ToBase64String(Encoding.ASCII.GetBytes(before + token))[4..40]),
    ];

    /// <summary>Whether a text gives it away.</summary>
    public bool IsIn(string text) => Array.Exists(spellings, spelling => text.Contains(spelling, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a request gives it away.</summary>
    public bool IsIn(RecordedRequest request) => IsIn($"{request.Path} {string.Join(' ', request.Headers)}");

    /// <summary>The files that give it away, by their names or their bytes.</summary>
    public IEnumerable<string> FilesBelow(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => new FileInfo(file).LinkTarget is null)
        .Where(file => IsIn(file) || IsIn(Encoding.Latin1.GetString(File.ReadAllBytes(file))));
}
