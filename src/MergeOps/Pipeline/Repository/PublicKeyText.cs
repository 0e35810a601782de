using MergeOps.Diagnostics;
using MergeOps.Publishing.Signing;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Repository;

/// <summary>A public key that the owners of a repository name: its PEM text, or the path of its file.</summary>
/// <param name="Value">The text or the path.</param>
internal sealed record PublicKeyText(Located<string> Value)
{
    private const string Beginning = "-----BEGIN ";

    /// <summary>Whether it is a path, which means something only beside files that the owners wrote.</summary>
    public bool IsPath => !Value.Value.Contains(Beginning, StringComparison.Ordinal);

    /// <summary>Reads one; null, with an error, when it is neither.</summary>
    public static PublicKeyText? Read(YamlNode node, string key, ReadingContext context) =>
        (node is YamlScalar scalar && scalar.Text.Contains(Beginning, StringComparison.Ordinal) ? ValueReader.Text(node, key, context) : ValueReader.LocalPath(node, key, context)) is { } text ? new(text) : null;

    /// <summary>Opens the key.</summary>
    /// <param name="folder">Where paths start: a checkout that the owners trust, or the current folder.</param>
    /// <exception cref="MergeOpsException">There is no such file, or it holds no public key that can verify.</exception>
    public EllipticKey Open(string folder)
    {
        if (!IsPath)
        {
            return EllipticKey.Public(Value.Value, Value.Span.Path);
        }

        var path = Path.GetFullPath(Value.Value, folder);
        try
        {
            return File.Exists(path) ? EllipticKey.Public(PlainFile.ReadText(path), Value.Value)
                : throw new MergeOpsException(Codes.SigningKeyUnusable, $"There is no file {TerminalText.Quoted(Value.Value)}. Paths of public keys start where commands run: at the root of the main branch.", Value.Span);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.SigningKeyUnusable, failure.Message, Value.Span, failure);
        }
    }
}
