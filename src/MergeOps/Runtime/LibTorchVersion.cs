using System.Text.RegularExpressions;
using MergeOps.Tensors;

namespace MergeOps.Runtime;

/// <summary>Which libtorch lies in a folder, as those say who packed it; nothing of it is loaded.</summary>
internal static partial class LibTorchVersion
{
    /// <summary>Such as <c>2.10.0+cpu</c>, whole, since builds of one version differ in what they hold; null where nobody says it.</summary>
    /// <param name="folder">The folder of the libraries.</param>
    public static string? Of(string folder)
    {
        var above = Path.Combine(folder, "..");
        return InPython(PlainFile.Recall(Path.Combine(above, "version.py"))) ?? InPlainText(PlainFile.Recall(Path.Combine(above, "build-version")));
    }

    // PyTorch as Python's tools install it: torch/version.py beside torch/lib
    private static string? InPython(string? text) => text is not null && PythonLine().Match(text) is { Success: true } line ? line.Groups[1].Value : null;

    // libtorch as its makers pack it for C++: libtorch/build-version beside libtorch/lib
    private static string? InPlainText(string? text) => text is not null && PlainLine().Match(text) is { Success: true } line ? line.Groups[1].Value : null;

    [GeneratedRegex(@"^__version__\s*=\s*['""]([0-9]+(?:\.[0-9]+)+[A-Za-z0-9.+_]*)", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PythonLine();

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)+[A-Za-z0-9.+_]*)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainLine();
}
