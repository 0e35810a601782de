using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>
/// The weight files of a plan, opened when first read and at most so many at a time, safe from many threads. A file that
/// changes between planning and the end of the merge is an error, never a silent mixture.
/// </summary>
internal sealed class InputFiles : IDisposable
{
    private readonly int maxOpen;
    private readonly Lock gate = new();
    /// <summary>The files of each model by their names.</summary>
    private readonly Dictionary<string, InputFile>[] ofModels;

    private readonly ImmutableArray<InputFile> files;
    private long clock;

    /// <summary>Takes the identity of every file that the plan reads.</summary>
    /// <exception cref="MergeOpsException">One is gone or has another size than planned.</exception>
    public InputFiles(MergePlan plan, int maxOpen = 128)
    {
        this.maxOpen = maxOpen;
        NonFinite = new(plan);
        ofModels = [.. plan.Models.Select(_ => new Dictionary<string, InputFile>(StringComparer.Ordinal))];
        foreach (var (model, file) in plan.FilesRead)
        {
            ofModels[model].Add(file, InputFile.Planned(plan.Models[model].Checkpoint, file));
        }

        files = [.. ofModels.SelectMany(ofModel => ofModel.Values.OrderBy(file => file.Path, StringComparer.Ordinal))];
        Identities = [.. files.Select(file => $"{file.Path} {file.Identity}")];
    }

    /// <summary>What was found of NaN and infinity in what was read.</summary>
    public NonFiniteInputs NonFinite { get; }

    /// <summary>One line for each file, in a fixed order, that changes when the file does.</summary>
    public ImmutableArray<string> Identities { get; }

    /// <summary>The identity that a model's file had when it was opened.</summary>
    public FileIdentity? IdentityOf(int model, string file) => ofModels[model][file].Identity;

    /// <summary>Fills the buffer from a place of the file that holds a tensor.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, or is not the file that was planned.</exception>
    public void Read(int model, TensorInfo tensor, long offset, Span<byte> buffer)
    {
        var file = ofModels[model][tensor.File];
        Rent(file);
        try
        {
            file.Content!.Read(offset, buffer);
        }
        catch (MergeOpsException failure)
        {
            var diagnostic = failure.Diagnostic;
            throw new MergeOpsException(
                diagnostic with { Detail = $"Tensor {TerminalText.Quoted(tensor.Name)}: {diagnostic.Detail}" }, failure);
        }
        finally
        {
            Return(file);
        }

        NonFinite.Check(model, tensor, offset, buffer);
    }

    /// <summary>Makes sure that every file is still the same one.</summary>
    /// <exception cref="MergeOpsException">One changed, was replaced or is gone.</exception>
    public void RequireUnchanged()
    {
        foreach (var file in files)
        {
            file.RequireUnchanged();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Content?.Dispose();
        }
    }

    private void Rent(InputFile file)
    {
        lock (gate)
        {
            if (file.Content is null)
            {
                CloseOldest();
                file.RequireUnchanged();
                file.Content = ModelFile.Open(file.Path);
            }

            file.Users++;
            file.LastUse = ++clock;
        }
    }

    private void Return(InputFile file)
    {
        lock (gate)
        {
            file.Users--;
        }
    }

    private void CloseOldest()
    {
        var open = files.Where(file => file.Content is not null).ToList();
        if (open.Count >= maxOpen && open.Where(file => file.Users == 0).MinBy(file => file.LastUse) is { } oldest)
        {
            oldest.Content!.Dispose();
            oldest.Content = null;
        }
    }

    private sealed class InputFile(string path, FileIdentity identity)
    {
        public string Path => path;

        public FileIdentity Identity => identity;

        public ModelFile? Content { get; set; }

        public int Users { get; set; }

        public long LastUse { get; set; }

        public static InputFile Planned(Checkpoint checkpoint, string file)
        {
            var path = System.IO.Path.Combine(checkpoint.Folder, file);
            var planned = checkpoint.Files.First(known => known.Path == file).Size;
            return Now(path) is not { } identity
                ? throw Changed(path, "It is gone.")
                : identity.Size == planned
                    ? new InputFile(path, identity)
                    : throw Changed(path, $"It has {identity.Size} bytes; it had {planned} when the merge was planned.");
        }

        public void RequireUnchanged()
        {
            if (Now(path) != identity)
            {
                throw Changed(path, "Another process changed or replaced it during the merge.");
            }
        }

        private static FileIdentity? Now(string path) => File.Exists(path) ? FileIdentity.Of(path) : null;

        private static MergeOpsException Changed(string path, string detail) => new(Codes.InputChanged, detail, SourceSpan.File(path));
    }
}
