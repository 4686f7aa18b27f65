const response = await fetch('http://localhost:3000/users/johndoe/audio-files', {
  headers: {
    'Authorization': `Bearer ${accessToken}`
  }
});

const result = await response.json();
if (result.success) {
  console.log('Audio files:', result.audioFiles);
  result.audioFiles.forEach(file => {
    console.log(`- ${file.originalName} (${file.mimeType})`);
  });
}
