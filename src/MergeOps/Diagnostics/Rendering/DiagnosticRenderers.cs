using System.Collections.Immutable;

namespace MergeOps.Diagnostics.Rendering;

/// <summary>The formats of other programs in which findings are written.</summary>
internal static class DiagnosticRenderers
{
    private static readonly ImmutableArray<IDiagnosticRenderer> All =
        [new SarifRenderer(), new GitHubRenderer()];

    /// <summary>Their names, values of <c>--format</c>.</summary>
    public static ImmutableArray<string> Formats { get; } = [.. All.Select(renderer => renderer.Format)];

    /// <summary>The renderer of one of <see cref="Formats"/>.</summary>
    /// <exception cref="ArgumentException">There is no such format.</exception>
    public static IDiagnosticRenderer For(string format) =>
        All.FirstOrDefault(renderer => renderer.Format == format)
        ?? throw new ArgumentException($"no format '{format}'", nameof(format));
}
