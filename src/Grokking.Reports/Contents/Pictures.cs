using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Grokking.Runtime;

namespace Grokking.Reports.Contents;

/// <summary>Puts a text's pictures into the page: those pasted into the cell and those in files. What is elsewhere is not fetched.</summary>
/// <param name="folder">The notebook's folder.</param>
public sealed class Pictures(string folder)
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".svg"] = "image/svg+xml",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".bmp"] = "image/bmp",
    };

    /// <summary>How many pictures are at an address, and so were left there.</summary>
    public int NotFetched { get; private set; }

    /// <summary>Gives every <c>img</c> its picture as <c>data:</c>, or puts a line with the address in its place.</summary>
    /// <param name="text">Where the pictures are.</param>
    /// <param name="attachments">The cell's: name to MIME type to base64.</param>
    public void Embed(IParentNode text, JsonObject? attachments)
    {
        foreach (var source in text.QuerySelectorAll("picture > source"))
        {
            source.Remove();
        }

        foreach (var image in text.QuerySelectorAll("img"))
        {
            image.RemoveAttribute("srcset");
            var address = image.GetAttribute("src") ?? "";
            var (data, reason) = Find(address, attachments);
            if (data is not null)
            {
                image.SetAttribute("src", data);
                if (!image.HasAttribute("alt"))
                {
                    image.SetAttribute("alt", data == address ? "Picture" : address.Split('/', ':')[^1]);
                }

                continue;
            }

            var line = image.Owner!.CreateElement("span");
            line.ClassName = "left-out";
            line.TextContent = $"{(image.GetAttribute("alt") is { Length: > 0 } alt ? $"Picture \"{alt}\"" : "Picture")} {reason}: ";
            var code = image.Owner!.CreateElement("code");
            code.TextContent = address;
            line.AppendChild(code);
            image.Replace(line);
        }
    }

    private (string? Data, string Reason) Find(string address, JsonObject? attachments)
    {
        if (address.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return (address, "");
        }

        if (address.StartsWith("attachment:", StringComparison.OrdinalIgnoreCase))
        {
            var name = Uri.UnescapeDataString(address["attachment:".Length..]);
            return (Attached(attachments, name) ?? Attached(attachments, address["attachment:".Length..]), "is not among the cell's attachments");
        }

        if (address.StartsWith("//", StringComparison.Ordinal) || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && !uri.IsFile))
        {
            NotFetched++;
            return (null, "not fetched");
        }

        return (InFile(address), "not found beside the notebook");
    }

    private static string? Attached(JsonObject? attachments, string name) =>
        attachments?[name] is JsonObject forms && forms.FirstOrDefault(form => form.Key.StartsWith("image/", StringComparison.Ordinal)) is { Key: { } type, Value: { } content }
            && (content is JsonArray lines ? string.Concat(lines) : $"{content}") is { Length: > 0 } base64 ? $"data:{type};base64,{base64.ReplaceLineEndings("")}" : null;

    private string? InFile(string address)
    {
        var path = Uri.UnescapeDataString(address.Split('?', '#')[0]);
        try
        {
            var file = Path.Combine(folder, path);
            // Pipes and devices have no length, and to open a pipe would wait for its writer.
            return Types.TryGetValue(Path.GetExtension(file), out var type) && File.Exists(file) && new FileInfo(AtomicFile.Target(file)).Length > 0 ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
