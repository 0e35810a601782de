using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace EmbeddingModels;

/// <summary>Reads a resource of an assembly as data: nothing of it is loaded or run.</summary>
internal static class AssemblyResource
{
    /// <summary>The bytes of a resource.</summary>
    /// <exception cref="InvalidDataException">The assembly has no such resource in itself.</exception>
    public static byte[] Read(string assembly, string name)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        var metadata = reader.GetMetadataReader();
        foreach (var handle in metadata.ManifestResources)
        {
            var resource = metadata.GetManifestResource(handle);
            if (resource.Implementation.IsNil && metadata.StringComparer.Equals(resource.Name, name))
            {
                var directory = reader.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress;
                var block = reader.GetSectionData(directory).GetReader();
                block.Offset = checked((int)resource.Offset);
                return block.ReadBytes(block.ReadInt32());
            }
        }

        throw new InvalidDataException($"{assembly} has no resource {name}.");
    }
}
