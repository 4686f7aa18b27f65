// Полный файл
const response = await fetch('http://localhost:3000/media/track/trackId');
const audioBlob = await response.blob();
const audioUrl = URL.createObjectURL(audioBlob);

// Частичный запрос (Range)
const partialResponse = await fetch('http://localhost:3000/media/track/trackId', {
  headers: {
    'Range': 'bytes=0-1048575' // первые 1MB
  }
});
